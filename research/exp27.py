from exp25 import *
def fn(r):
    out={}; A=r.A(); b=B(r); N,E=build2(r,"mm"); V=(A+b)/2
    def Ek(k,reg): return nbr(r,f"E_{k}_{reg}",lambda:lres(r,"mm",k,reg,40))
    out["20 .1"]=V+N+E
    for nm,k in (("D",r.D),("D/2",max(2,(r.D+1)//2)),("2D",2*r.D)):
        k=min(20,k); e=Ek(k,.1); out[f"min(20,{nm}) .1"]=V+N+e; out[f"E min(20,{nm})"]=e
    for reg in (.01,.03): out[f"20 {reg}"]=V+N+Ek(20,reg); out[f"10 {reg}"]=V+N+Ek(10,reg)
    out["5,10,20,40"]=V+N+(Ek(5,.1)+Ek(10,.1)+E+Ek(40,.1))/4; out["5,20"]=V+N+(Ek(5,.1)+E)/2; out["10,40"]=V+N+(Ek(10,.1)+Ek(40,.1))/2; out["10,20,40"]=V+N+(Ek(10,.1)+E+Ek(40,.1))/3
    out["10,20,40 V+N+2E"]=V+N+2*(Ek(10,.1)+E+Ek(40,.1))/3; out["10,20,40 AB+N+E"]=2*V+N+(Ek(10,.1)+E+Ek(40,.1))/3;out["10,20,40 N+E"]=N+(Ek(10,.1)+E+Ek(40,.1))/3
    return out
if __name__=="__main__": 
    res=sweep(fn,["/tmp/det/H0"],"/tmp/det/exp27.pkl",sets=ALL); per_set(res,[k for k in res if k[1] in("20 .1","E min(20,D)","E min(20,D/2)","min(20,D) .1","10,20,40","10,20,40 N+E")])
