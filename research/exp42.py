from exp41 import *
def fn(r):
    out={}; A=r.A(); N,E5,E20,L,i,Ab=setup(r); G=N+(E5+E20)/2+L/2; out["S"]=A/2+G; n=len(r.kept); T=2.5*np.log1p(r.qe2/(4*r.s**2))
    for nm,c in (("ln",np.log(n)),("2ln",2*np.log(n)),("5",5),("3",3)):
        a=np.minimum(T,c).sum(1); out["A cap "+nm]=a; out["S cap "+nm]=a/2+G
    T=5.5*np.log1p(r.qe2/(10*r.s**2)); T1=1.0*np.log1p(r.qe2/(1*r.s**2)); out["S nu1"]=T1.sum(1)/2+G; out["A nu1"]=T1.sum(1)
    return out
if __name__=="__main__": 
    res=sweep(fn,["/tmp/det/H0"],"/tmp/det/exp42.pkl",sets=ALL)
