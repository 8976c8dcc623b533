from exp6 import *
if __name__=="__main__":
    import pickle; a=pickle.load(open("/tmp/det/exp6.pkl","rb"))
    show({k:{kk:v for kk,v in d.items() if kk[1]<3} for k,d in a.items()},DEV)
